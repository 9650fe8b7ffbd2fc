terraform {
  required_version = ">= 1.5"

  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}
