terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

# Everything can come from the environment instead: HW_REGION_NAME, HW_PROJECT_ID and HW_AUTH_TOKEN.
provider "maas" {
  region = "ap-southeast-1"
}
