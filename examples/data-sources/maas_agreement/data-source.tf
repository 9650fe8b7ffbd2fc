terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_agreement" "english" {}

output "agreement_id" {
  value = data.maas_agreement.english.agreement_id
}
